#ifndef CORE_BAD_H
