int  f ( void );
